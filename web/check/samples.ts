// A derivation with a slip, to begin with.
// Not here: the library's documents, which are samples, too.
// Invariant: lint finds one slip in it (a test).

export const slipSample = String.raw`Softmax and the cross-entropy of one example:

$$p_j = \frac{e^{z_j}}{\sum_k e^{z_k}} \qquad L = -\sum_j y_j \log p_j$$

where $\sum_j y_j = 1$. By the chain rule,

$$\begin{aligned}
\frac{\partial L}{\partial z_i} &= -\sum_j \frac{y_j}{p_j} \frac{\partial p_j}{\partial z_i} \\
  &= -\sum_j \frac{y_j}{p_j} \, p_j (1 - p_i) \\
  &= -y_i + p_i \sum_j y_j \\
  &= p_i - y_i
\end{aligned}$$
`;
