"""The daily sample of what the machine called noise: a person says whether a complaint was lost."""
