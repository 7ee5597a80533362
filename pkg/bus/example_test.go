package bus_test

import (
	"context"
	"fmt"
	"log"
	"os"
	"os/signal"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"crm.example/pkg/bus"
	"crm.example/pkg/events"
)

// Prints what agents and clients write, goes on where it stopped, and ends in order with Ctrl-C.
func ExampleConsume() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	conn, err := nats.Connect(nats.DefaultURL, nats.MaxReconnects(-1), nats.RetryOnFailedConnect(true))
	if err != nil {
		log.Fatal(err)
	}
	defer conn.Close()
	js, err := jetstream.New(conn)
	if err != nil {
		log.Fatal(err)
	}
	err = bus.Consume(ctx, js, bus.Consumer{Durable: "replies"}, func(ctx context.Context, e events.TicketReplied) error {
		fmt.Printf("%s to %q: %s\n", e.Actor.Name, e.Ticket.Subject, e.Message.Message)
		return nil
	})
	if err != nil {
		log.Fatal(err)
	}
}
