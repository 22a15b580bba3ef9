import CallBoard
import Piopiy
import Terminal
import Testing

@testable import Console

/// A night in which clocks are put back, or forward.
@Suite("A change of clocks")
struct ClockChangeTests {
    /// The desk's clock begins at 2023-11-14 22:13:20 UTC; here summer time ends ten minutes later.
    private static let change = Timestamp(milliseconds: 1_700_000_000_000 + 600_000)
    private static let zone = UTCOffset { $0 < change ? 7200 : 3600 }

    private static var settings: ConsoleModel.Settings {
        ConsoleModel.Settings(place: "sandbox", utcOffset: zone)
    }

    @Test("Each moment is shown as clocks were then: details, messages and the call's story")
    func screens() {
        var desk = Desk(width: 120, height: 40, settings: Self.settings)
        desk.event("ringing", call: Desk.id(1))
        desk.pass(.seconds(900))
        desk.event("answered", call: Desk.id(1))
        desk.press(.down, .enter)
        #expect(desk.screen.contains("00:13:20"), "\(desk.screen)")
        #expect(desk.screen.contains("23:28:20"), "\(desk.screen)")
        #expect(!desk.screen.contains("00:28:20"), "\(desk.screen)")
    }

    @Test("Moments before and after are told by day and time, also on the day of the change")
    func words() {
        func text(_ offset: Int64) -> String {
            ClockText.moment(Timestamp(milliseconds: Self.change.milliseconds + offset), utcOffset: Self.zone)
        }
        #expect(text(-1000) == "2023-11-15 00:23:19")
        #expect(text(0) == "2023-11-14 23:23:20")
        let now = Timestamp(milliseconds: Self.change.milliseconds + 3_600_000)
        let before = Timestamp(milliseconds: Self.change.milliseconds - 1000)
        #expect(ClockText.when(before, now: now, utcOffset: Self.zone) == "00:23:19")
        let summer = Timestamp(milliseconds: Self.change.milliseconds - 86_400_000)
        #expect(ClockText.when(summer, now: now, utcOffset: Self.zone) == "11-14 00:23")
    }

    @Test("The plain console's lines too")
    func plain() {
        var model = PlainModel(settings: Self.settings, now: Self.change)
        _ = model.begin(draft: nil)
        let before = Timestamp(milliseconds: Self.change.milliseconds - 1000)
        #expect(model.clock(before) == "00:23:19")
        #expect(model.clock(Self.change) == "23:23:20")
    }
}
