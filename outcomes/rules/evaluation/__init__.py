"""What a figure says about the service: effects against something, missing data, smallest effects.

Pure: every function takes counts or figures and gives an Estimate with its method code, whose
source its docstring names; each is tested against a published example.
"""
