"""What all halves agreed on: words, shapes, keys and signatures; knows neither Flower's processes nor models."""
