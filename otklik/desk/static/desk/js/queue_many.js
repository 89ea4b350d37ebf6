// Many at once: Space and Shift choose rows of the queue, and one act is done with all of them.
