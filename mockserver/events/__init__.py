"""What the outside hears: channels of events, webhooks, the stream."""
