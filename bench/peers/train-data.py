# The data of the training bench, as CSV files in the folder given: make-moons (1,000 points, noise 0.2) and 8×8 digits, 80 % for training, by scikit-learn with seed 42.
import sys
import numpy as np
from sklearn.datasets import load_digits, make_moons
from sklearn.model_selection import train_test_split

folder = sys.argv[1]
digits = load_digits()
sets = {"moons": make_moons(n_samples=1000, noise=0.2, random_state=42), "digits": (digits.data / 16.0, digits.target)}
for name, (x, y) in sets.items():
    parts = train_test_split(x, y, test_size=0.2, random_state=42, stratify=y)
    for part, rows, answers in (("train", parts[0], parts[2]), ("test", parts[1], parts[3])):
        np.savetxt(f"{folder}/{name}_{part}.csv", np.c_[rows, answers], delimiter=",", fmt=["%.9g"] * rows.shape[1] + ["%d"])
