package redis

// Most is how many tokens one user may have.
const Most = most
