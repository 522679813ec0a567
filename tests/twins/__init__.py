"""Non-interference by twin worlds: one past, two lives that a reader must not tell apart, and every byte he can get."""
