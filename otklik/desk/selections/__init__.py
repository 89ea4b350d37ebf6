"""«Мои подборки»: choices of the queue kept under a name, pinned above the list, shared with colleagues."""
