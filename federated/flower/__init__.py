"""What is Flower's: our messages as its records, and the list of its internal names that we rest on."""
