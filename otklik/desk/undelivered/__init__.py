"""«Не доставлено, и почему»: approved answers that do not stand in the network, by cause, and what to do about each."""
