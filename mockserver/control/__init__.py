"""The control plane: what steers a running sandbox from outside the API it serves."""
