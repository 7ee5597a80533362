package auth

import "context"

// RevocationPending tells whether access JWTs of a user whose sessions have ended may still be valid, because the
// process with the registry has not revoked them yet. After GrantRole in a process of its own, call it until it says no.
func (s *Service) RevocationPending(ctx context.Context) (bool, error) {
	users, err := s.store.UsersPendingRevocation(ctx, 1)
	return len(users) > 0, err
}
