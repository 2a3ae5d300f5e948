// Bun's own server, as its documentation has an echo.
const server = Bun.serve({
  hostname: "127.0.0.1",
  port: 0,
  fetch: (request, server) => (server.upgrade(request) ? undefined : new Response("not a WebSocket", { status: 426 })),
  websocket: {
    maxPayloadLength: 4 * 1024 * 1024,
    message: (socket, message) => void socket.send(message),
  },
});
console.log(`listening on 127.0.0.1:${server.port}`);
