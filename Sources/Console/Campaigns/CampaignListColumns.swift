import Terminal

/// The columns of campaigns for a width.
struct CampaignListColumns: Hashable, Sendable {
    struct Column: Hashable, Sendable {
        let x: Int
        let width: Int

        /// To the right; what is too long is cut.
        func write(_ text: String, y: Int, style: Style, _ canvas: inout Canvas) {
            canvas.write(text, x: x + max(0, width - SafeText.width(text)), y: y, style: style, width: width)
        }
    }

    let name: Column
    let state: Column
    var bar: Column?
    let percent: Column
    var rung: Column?
    var answered: Column?
    var failed: Column?
    var rate: Column?
    var up: Column?
    var unknown: Column?
    var atOnce: Column?
    var `operator`: Column?
    var when: Column?

    /// From 40 columns on: name, state and percent; from 56 the bar, answered and failed, from 80 how many were rung and the
    /// rate, from 100 what is up and in doubt, from 120 how many at once, from 140 who began it, from 160 when.
    init(width: Int) {
        let nameWidth = width >= 140 ? 24 : width >= 120 ? 20 : width >= 80 ? 14 : width >= 56 ? 12 : 14
        name = Column(x: 3, width: nameWidth)
        state = Column(x: 3 + nameWidth + 1, width: 11)
        var right = width - 2
        func column(_ width: Int) -> Column {
            right -= width + 1
            return Column(x: right + 1, width: width)
        }
        if width >= 160 { when = column(11) }
        if width >= 140 { self.operator = column(width >= 160 ? 24 : 16) }
        if width >= 120 { atOnce = column(7) }
        if width >= 80 { rate = column(7) }
        if width >= 100 {
            up = column(4)
            unknown = column(5)
        }
        if width >= 56 {
            failed = column(6)
            answered = column(8)
        }
        if width >= 80 { rung = column(width >= 100 ? 13 : 9) }
        percent = column(4)
        let barX = state.x + state.width + 1
        let room = right - barX
        if width >= 56, room >= 4 { bar = Column(x: barX, width: room) }
    }

    func drawHeads(_ canvas: inout Canvas, y: Int, style: Style) {
        canvas.write("NAME", x: name.x, y: y, style: style)
        canvas.write("STATE", x: state.x, y: y, style: style)
        if let bar { canvas.write("PROGRESS", x: bar.x, y: y, style: style, width: bar.width) }
        let heads: [(Column?, String)] = [
            (rung, "DIALED"), (answered, "ANSWERED"), (failed, "FAILED"), (unknown, "DOUBT"), (up, "UP"),
            (rate, "RATE"), (atOnce, "AT ONCE"),
        ]
        for (column, text) in heads { column?.write(text, y: y, style: style, &canvas) }
        if let `operator` { canvas.write("STARTED BY", x: `operator`.x, y: y, style: style, width: `operator`.width) }
        if let when { canvas.write("WHEN", x: when.x, y: y, style: style, width: when.width) }
    }
}
