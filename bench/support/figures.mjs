/** The one in the middle; the mean of the two, if there are two. */
export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  if (!Number.isInteger(middle)) return sorted[Math.floor(middle)];
  return (sorted[middle - 1] + sorted[middle]) / 2;
}

/** `least to most`. */
export function spread(values, digits) {
  return `${Math.min(...values).toFixed(digits)} to ${Math.max(...values).toFixed(digits)}`;
}

/**
 * `least to most` of where the true median lies with 95 % certainty, whatever the values are distributed like: every one
 * of them is as likely above it as below. Of 5 values and fewer, the least and the most.
 */
export function medianRange(values, digits) {
  const sorted = [...values].sort((a, b) => a - b);
  const count = sorted.length;
  let exactly = 0.5 ** count;
  let atMost = exactly;
  let outside = 0;
  while (atMost <= 0.025) {
    outside += 1;
    exactly *= (count - outside + 1) / outside;
    atMost += exactly;
  }
  const cut = Math.max(0, outside - 1);
  return spread(sorted.slice(cut, count - cut), digits);
}
