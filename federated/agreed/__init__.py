"""What all halves agreed on: words, shapes, keys and signatures; knows neither Flower nor torch, so that each has it."""
