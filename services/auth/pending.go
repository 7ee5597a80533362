package auth

import "context"

// RevocationPending tells whether access JWTs of a user whose sessions have ended may still count, because the
// process with the registry has not swept them yet. GrantRole in a process of its own waits for it so.
func (s *Service) RevocationPending(ctx context.Context) (bool, error) {
	users, err := s.store.UsersPendingRevocation(ctx, 1)
	return len(users) > 0, err
}
