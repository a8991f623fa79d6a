"""What holds only where the web application and the trained half are installed side by side: the keeper, the example's
factories, the lists of their packages. `make thin` has neither torch nor Flower and leaves these out."""
