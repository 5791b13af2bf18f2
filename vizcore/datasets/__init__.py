"""Labelled pictures from CIFAR-10, folders, arrays, zips, or drawn by code."""
