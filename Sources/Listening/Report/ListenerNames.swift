// Who is who: every session is a listener of its own, whatever name was typed, unless it names by code an earlier session
// of the same person. Names that several people typed are numbered, so that no two are taken for one.

struct ListenerNames {
  /// With `listener` set.
  let sessions: [SessionRecord]
  /// Codes that belong to no session here.
  let unknownCodes: [(listener: String, code: String)]

  /// - Parameter sessions: in the order they started
  init(_ sessions: [SessionRecord]) {
    var byCode: [String: Int] = [:]
    for (place, session) in sessions.enumerated() where session.header.kind == .person {
      byCode[session.header.code] = byCode[session.header.code] ?? place
    }
    // The first session of each person stands for all; chains of codes lead to it.
    var leaders = Array(sessions.indices)
    func leader(_ place: Int) -> Int {
      var place = place
      while leaders[place] != place { place = leaders[place] }
      return place
    }
    var unknown: [Int] = []
    for (place, session) in sessions.enumerated() {
      guard let code = session.header.returning else { continue }
      guard let other = byCode[code] else {
        unknown.append(place)
        continue
      }
      let (a, b) = (leader(place), leader(other))
      leaders[max(a, b)] = min(a, b)
    }
    var taken: Set<String> = []
    var names: [Int: String] = [:]
    for place in sessions.indices where leader(place) == place {
      let typed = sessions[place].header.listener
      var name = typed
      var number = 1
      while !taken.insert(name).inserted {
        number += 1
        name = "\(typed) (\(number))"
      }
      names[place] = name
    }
    let labelled = sessions.enumerated().map { place, session in
      var session = session
      session.listener = names[leader(place)]!
      return session
    }
    self.sessions = labelled
    unknownCodes = unknown.map { (labelled[$0].listener, labelled[$0].header.returning!) }
  }
}
