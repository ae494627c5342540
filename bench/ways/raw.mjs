/** What one writes when nothing but speed counts. */
export function rawWay(users, send) {
  const sessions = new Map(users.map((userId) => [userId, { userId, send }]));
  return (sender, text) => {
    const from = sessions.get(users[sender]);
    const { id, toUserId, message } = JSON.parse(text);
    const to = sessions.get(toUserId);
    to.send(JSON.stringify({ type: 'message', fromUserId: from.userId, toUserId, message, sentAt: Date.now() }));
    from.send(JSON.stringify({ type: 'ack', id, delivered: 1 }));
  };
}
