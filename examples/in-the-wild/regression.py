"""Logistic regression as a first notebook has it."""
import numpy as np


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def compute_cost(theta, X, y):
    m = len(y)
    h = sigmoid(X @ theta)
    return -(y @ np.log(h) + (1 - y) @ np.log(1 - h)) / m


def compute_gradient(theta, X, y):
    m = len(y)
    return X.T @ (sigmoid(X @ theta) - y) / m
