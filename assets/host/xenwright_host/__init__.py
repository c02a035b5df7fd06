"""What the scripts of an installed host share. They run from the folder that this one lies in, and write no compiled
copies: python3 -B.
"""
