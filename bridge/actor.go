package bridge

import "context"

// Actor is who asks, and for which connection.
type Actor struct {
	Name       string // a person's subject, a token's id, or the name of the system user of a command
	Kind       string // "command", "person", "client" or "schedule"
	Connection string // "" when not bound to one
}

type actorKey struct{}

// WithActor returns a context that says who asks.
func WithActor(ctx context.Context, a Actor) context.Context {
	return context.WithValue(ctx, actorKey{}, a)
}

// ActorFrom returns who asks; the zero Actor when nobody was named.
func ActorFrom(ctx context.Context) Actor {
	a, _ := ctx.Value(actorKey{}).(Actor)
	return a
}
