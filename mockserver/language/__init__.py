"""The language of expressions and templates: how they are parsed, evaluated and checked."""
