# One training run by a peer in Python; prints one JSON line. Arguments: torch|sklearn, folder, data set, batch size or "full", seed, epochs.
import json
import os
import sys
import time

os.environ["OMP_NUM_THREADS"] = "1"
os.environ["OPENBLAS_NUM_THREADS"] = "1"
import numpy as np

peer, folder, name, batch, seed, epochs = sys.argv[1], sys.argv[2], sys.argv[3], sys.argv[4], int(sys.argv[5]), int(sys.argv[6])
train, test = (np.loadtxt(f"{folder}/{name}_{part}.csv", delimiter=",") for part in ("train", "test"))
x, y, x_test, y_test = train[:, :-1], train[:, -1].astype(int), test[:, :-1], test[:, -1].astype(int)
rows, classes = len(x), int(y.max()) + 1
size = rows if batch == "full" else int(batch)
hidden = (16, 16) if name == "moons" else (64,)
rate = 0.01 if name == "moons" else 0.001

if peer == "sklearn":
    import warnings

    from sklearn.neural_network import MLPClassifier

    warnings.filterwarnings("ignore")
    model = MLPClassifier(hidden, activation="relu", solver="adam", alpha=0, batch_size=size, learning_rate_init=rate, max_iter=epochs, tol=0, n_iter_no_change=10**9, random_state=seed)
    start, busy = time.perf_counter(), time.process_time()
    model.fit(x, y)
    took, busy = time.perf_counter() - start, time.process_time() - busy
    accuracy, loss = model.score(x_test, y_test), model.loss_
else:
    import torch

    torch.set_num_threads(1)
    torch.manual_seed(seed)
    sizes = [x.shape[1], *hidden, classes]
    layers = []
    for a, b in zip(sizes[:-1], sizes[1:]):
        layers += [torch.nn.Linear(a, b), torch.nn.ReLU()]
    net = torch.nn.Sequential(*layers[:-1])
    optimizer = torch.optim.Adam(net.parameters(), lr=rate)
    cross_entropy = torch.nn.CrossEntropyLoss()
    xs, ys = torch.tensor(x, dtype=torch.float32), torch.tensor(y)
    cross_entropy(net(xs[:2]), ys[:2]).backward()
    optimizer.zero_grad()
    start, busy = time.perf_counter(), time.process_time()
    for _ in range(epochs):
        order = torch.randperm(rows)
        for i in range(0, rows, size):
            chosen = order[i : i + size]
            optimizer.zero_grad(set_to_none=True)
            loss = cross_entropy(net(xs[chosen]), ys[chosen])
            loss.backward()
            optimizer.step()
    took, busy = time.perf_counter() - start, time.process_time() - busy
    with torch.no_grad():
        accuracy = (net(torch.tensor(x_test, dtype=torch.float32)).argmax(1).numpy() == y_test).mean()
        loss = cross_entropy(net(xs), ys).item()
print(json.dumps({"milliseconds": took / epochs * 1000, "processor": busy / epochs * 1000, "accuracy": float(accuracy), "loss": float(loss)}))
