"""Labelled pictures: CIFAR-10, folders, arrays, zip files, and shapes drawn by code."""
