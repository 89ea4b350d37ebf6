"""Where things happen: the tree край → муниципалитет → населённый пункт, and the gazetteer it is loaded from.

It knows names, coordinates and who lies inside whom, and nothing of people or incidents.
"""
