// Pictures of an answer: shrunk on the phone, sent piece by piece, resumed where the line broke.
