"""Trees and network: how they are made, what a site keeps of their training, and the model that they are together."""
