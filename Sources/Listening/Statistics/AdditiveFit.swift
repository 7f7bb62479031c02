// Sums of squares of listeners and items in a table that may have holes: what is left after listeners, after items and
// after both are fitted (Henderson's third method; in a full table the two-way analysis of variance). Repeated values of
// a cell are averaged first.

struct AdditiveFit {
  /// How many values, listeners and items.
  let cells, listeners, items: Int
  /// Mean squares: of listeners beside the items, of items beside the listeners, of what neither explains.
  let listenerSquare, itemSquare, restSquare: Double
  let listenerFreedom, itemFreedom, restFreedom: Int

  /// - Returns: nil where listeners and items cannot be told apart: one of either, parts that nobody links, or as many
  ///   unknowns as values
  init?(_ table: CellTable) {
    (listeners, items, cells) = (table.listeners, table.items, table.cells.count)
    restFreedom = cells - listeners - items + 1
    if listeners < 2 || items < 2 || restFreedom < 1 { return nil }
    guard let rest = Self.rest(table) else { return nil }
    (listenerFreedom, itemFreedom) = (listeners - 1, items - 1)
    // Rounding must not make a square negative.
    let afterItems = max(rest, Self.within(table, \.item, count: items))
    let afterListeners = max(rest, Self.within(table, \.listener, count: listeners))
    listenerSquare = (afterItems - rest) / Double(listenerFreedom)
    itemSquare = (afterListeners - rest) / Double(itemFreedom)
    restSquare = rest / Double(restFreedom)
  }

  /// What a listener's variance counts for in `listenerSquare`: the number of items in a full table.
  var listenerWeight: Double { Double(cells - items) / Double(listenerFreedom) }
  var itemWeight: Double { Double(cells - listeners) / Double(itemFreedom) }

  private static func means(
    _ table: CellTable, _ index: KeyPath<CellTable.Cell, Int>, count: Int, _ value: (CellTable.Cell) -> Double
  ) -> [Double] {
    var sums = [Double](repeating: 0, count: count)
    var counts = sums
    for cell in table.cells {
      sums[cell[keyPath: index]] += value(cell)
      counts[cell[keyPath: index]] += 1
    }
    return zip(sums, counts).map { $0 / $1 }
  }

  private static func within(_ table: CellTable, _ index: KeyPath<CellTable.Cell, Int>, count: Int) -> Double
  {
    let means = means(table, index, count: count, \.value)
    return table.cells.reduce(0) {
      let left = $1.value - means[$1[keyPath: index]]
      return $0 + left * left
    }
  }

  /// Sum of squares around the least-squares fit of listener + item. The more numerous side is eliminated first, so that
  /// as many unknowns are left as the other side has, less one.
  private static func rest(_ table: CellTable) -> Double? {
    let itemsAreFew = table.items <= table.listeners
    let few: KeyPath<CellTable.Cell, Int> = itemsAreFew ? \.item : \.listener
    let many: KeyPath<CellTable.Cell, Int> = itemsAreFew ? \.listener : \.item
    let fewCount = min(table.items, table.listeners)
    let manyCount = max(table.items, table.listeners)
    var rows = [[CellTable.Cell]](repeating: [], count: manyCount)
    for cell in table.cells { rows[cell[keyPath: many]].append(cell) }
    var matrix = [[Double]](repeating: .init(repeating: 0, count: fewCount), count: fewCount)
    var right = [[Double]](repeating: [0], count: fewCount)
    for row in rows {
      let mean = row.reduce(0) { $0 + $1.value } / Double(row.count)
      for cell in row {
        let place = cell[keyPath: few]
        matrix[place][place] += 1
        right[place][0] += cell.value - mean
        for other in row { matrix[place][other[keyPath: few]] -= 1 / Double(row.count) }
      }
    }
    // The level of the first is free: it is put at zero.
    let inner = matrix.dropFirst().map { Array($0.dropFirst()) }
    guard let solution = SmallMatrix.solve(inner, Array(right.dropFirst())) else { return nil }
    let effects = [0] + solution.map { $0[0] }
    let levels = means(table, many, count: manyCount) { $0.value - effects[$0[keyPath: few]] }
    return table.cells.reduce(0) {
      let left = $1.value - effects[$1[keyPath: few]] - levels[$1[keyPath: many]]
      return $0 + left * left
    }
  }
}

/// One value per listener and item, with its weight in the mean of listener means.
struct CellTable {
  struct Cell {
    let listener, item: Int
    let value: Double
    let weight: Double
  }

  let listeners, items: Int
  let cells: [Cell]

  init(_ table: RatingTable) {
    let (listeners, items) = (table.listeners.count, table.items.count)
    var sums = [Double](repeating: 0, count: listeners * items)
    var counts = [Int](repeating: 0, count: listeners * items)
    var perListener = [Int](repeating: 0, count: listeners)
    for entry in table.entries {
      sums[entry.listener * items + entry.item] += entry.value
      counts[entry.listener * items + entry.item] += 1
      perListener[entry.listener] += 1
    }
    cells = sums.indices.filter { counts[$0] > 0 }.map { place in
      let listener = place / items
      return Cell(
        listener: listener, item: place % items, value: sums[place] / Double(counts[place]),
        weight: Double(counts[place]) / Double(perListener[listener] * listeners))
    }
    (self.listeners, self.items) = (listeners, items)
  }
}
