"""What tests make: one module for each layer of the product, which imports that layer and those below it.

Each function makes one row, valid as it stands and unlike those made before it, and takes what a test cares about by
name. A region with people and cards is made by `town`.
"""
