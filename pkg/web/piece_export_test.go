package web

import "net"

// InOnePiece is a connection as Serve's are.
func InOnePiece(conn net.Conn) net.Conn { return &pieceConn{Conn: conn} }
