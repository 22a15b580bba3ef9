import CallBoard
import Campaigns
import Piopiy

/// The story that `--demo` plays: which calls are placed, handed over and hung up, and when.
///
/// A pure value. Whoever plays it passes in the time and how its calls stand, and carries out what is due:
///
/// ```swift
/// var script = try DemoScript()
/// for order in script.due(at: elapsed, standing: { part in … }) { … }
/// ```
///
/// Each step is given out once at most, so no call of the script is placed twice. A step that acts on a call waits
/// until that call is talking; it is dropped when the call has ended, or has not been answered within ``patience``.
struct DemoScript: Sendable {
    /// A call of the script, by which later steps name it.
    struct Part: Hashable, Sendable {
        let number: Int
    }

    /// How a call of the script stands on the board.
    enum Standing: Hashable, Sendable {
        /// Not answered yet, or not on the board.
        case awaited
        /// Somebody talks; the call can be acted on.
        case talking(CallID)
        case ended
    }

    /// A step as it is written down.
    enum Action: Hashable, Sendable {
        case place(Part, AICall)
        /// Rings a person while the agent talks on.
        case transfer(Part, to: PhoneNumber)
        case hangUp(Part)
        case startCampaign
        case changePace(Campaign.Pace)
    }

    struct Step: Hashable, Sendable {
        /// Time since the start, at the sandbox's speed 1.
        let at: Duration
        let action: Action
    }

    /// A step that is due.
    enum Order: Hashable, Sendable {
        case place(Part, AICall)
        case transfer(Part, WarmTransfer)
        case hangUp(Part)
        case startCampaign(CampaignList)
        case changePace(Campaign.Pace)
    }

    /// Steps that were not given out yet, in the order of their time.
    private(set) var steps: [Step]
    /// The list of the campaign that runs beside the other calls.
    let campaign: CampaignList

    /// How long a step waits for its call to be answered.
    static let patience = Duration.seconds(30)

    /// Whether all of it was given out.
    var isOver: Bool { steps.isEmpty }

    /// - Parameter speed: the sandbox's, by which the campaign's pace goes.
    /// - Throws: where one of its numbers or values breaks a rule: an error in the script itself.
    init(speed: Double = 1) throws {
        campaign = try DemoCampaign.list(speed: speed)
        steps = try (Self.opening(speed: speed) + Self.later()).sorted { $0.at < $1.at }
    }

    /// Takes out the steps that are due.
    /// - Parameters:
    ///   - elapsed: time since the start, at the sandbox's speed 1.
    ///   - standing: how a call stands now.
    mutating func due(at elapsed: Duration, standing: (Part) -> Standing) -> [Order] {
        var orders: [Order] = []
        var waiting: [Step] = []
        for step in steps {
            guard step.at <= elapsed else {
                waiting.append(step)
                continue
            }
            switch step.action {
            case .place(let part, let call): orders.append(.place(part, call))
            case .startCampaign: orders.append(.startCampaign(campaign))
            case .changePace(let pace): orders.append(.changePace(pace))
            case .transfer(let part, to: _), .hangUp(let part):
                switch standing(part) {
                case .ended: break
                case .awaited: if elapsed - step.at < Self.patience { waiting.append(step) }
                case .talking(let id): if let order = Self.order(step.action, id) { orders.append(order) }
                }
            }
        }
        steps = waiting
        return orders
    }

    private static func order(_ action: Action, _ id: CallID) -> Order? {
        switch action {
        case .transfer(let part, to: let number):
            (try? WarmTransfer(callID: id, target: .number(number))).map { .transfer(part, $0) }
        case .hangUp(let part): .hangUp(part)
        case .place, .startCampaign, .changePace: nil
        }
    }

    // MARK: What happens

    /// The first seconds: a call in each state.
    private static func opening(speed: Double) throws -> [Step] {
        let handedOver = Part(number: 1)
        let hungUp = Part(number: 2)
        return [
            Step(at: .zero, action: .place(handedOver, try call(1, to: "918888888801"))),
            Step(at: .milliseconds(200), action: .place(hungUp, try call(2, to: "918888888802"))),
            // Busy.
            Step(at: .milliseconds(400), action: .place(Part(number: 3), try call(3, to: "441414960001"))),
            // Its answer is lost, and nothing is ever heard of it.
            Step(at: .milliseconds(600), action: .place(Part(number: 4), try call(4, to: doubtful))),
            Step(at: .milliseconds(800), action: .startCampaign),
            Step(at: .seconds(1), action: .place(Part(number: 5), try call(5, to: "12025550143"))),
            // Nobody answers.
            Step(
                at: .milliseconds(1200),
                action: .place(Part(number: 6), try call(6, to: "441414960002", ringTimeout: 90))
            ),
            // Nothing but a record at the end.
            Step(at: .milliseconds(1600), action: .place(Part(number: 7), try call(7, to: "441414960012"))),
            Step(at: .milliseconds(3200), action: .transfer(handedOver, to: try person(1))),
            Step(at: .seconds(4), action: .hangUp(hungUp)),
            Step(at: .milliseconds(4600), action: .place(Part(number: 8), try call(8, to: "918888888808"))),
            // Quick at first, so that there is something to see; gentle from then on.
            Step(at: .seconds(6), action: .changePace(try DemoCampaign.pace(speed: speed))),
        ]
    }

    /// The placement that stays in doubt.
    static let doubtful = "441414960015"

    /// Calls placed by hand beside the campaign, for ten minutes.
    private static func later() throws -> [Step] {
        var steps: [Step] = []
        for index in 0..<15 {
            let part = Part(number: 20 + index)
            let at = Duration.seconds(30 + 40 * index)
            let number = "9188888888\(20 + index)"
            steps.append(Step(at: at, action: .place(part, try call(20 + index, to: number))))
            switch index % 3 {
            case 0: steps.append(Step(at: at + .seconds(6), action: .transfer(part, to: try person(20 + index))))
            case 1: steps.append(Step(at: at + .seconds(14), action: .hangUp(part)))
            default: break
            }
        }
        // A second doubt, for those who have settled the first.
        let doubt = try call(40, to: "441514960015")
        return steps + [Step(at: .seconds(300), action: .place(Part(number: 40), doubt))]
    }

    private static func call(_ index: Int, to number: String, ringTimeout: Int? = nil) throws -> AICall {
        try AICall(
            callerID: DemoCast.caller,
            toNumber: number,
            agentID: DemoCast.agentID(index),
            options: ringTimeout.map { CallOptions(ringTimeout: $0) },
            variables: [
                DemoCast.topicKey: .text(DemoCast.topic(index)), DemoCast.orderKey: .text("A-\(1040 + index)"),
            ]
        )
    }

    /// The number of somebody at a desk to whom a call is handed over.
    private static func person(_ index: Int) throws -> PhoneNumber {
        try PhoneNumber(validating: "447700900\(700 + index)", field: "to_number")
    }
}
