"""Components that come with imbbench; they enter by the same door as any plugin."""
