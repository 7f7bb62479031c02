// What whoever runs the server may know of a listener while it goes on: who is at which trial. No answer, no score.

package struct ListenerEvent: Hashable, Sendable {
  package let session, listener: String
  /// Trials answered.
  package let position: Int
  package let trials: Int

  package var isFinished: Bool { position == trials }

  package init(session: String, listener: String, position: Int, trials: Int) {
    (self.session, self.listener, self.position, self.trials) = (session, listener, position, trials)
  }

  init(_ log: SessionLog, _ test: PreparedTest) {
    self.init(
      session: log.header.session, listener: log.header.listener, position: log.position,
      trials: test.plan.trials)
  }
}
