/// What a key can do on a screen. Help, footer and key handling all speak of these.
public enum Action: String, CaseIterable, Sendable {
    case newCall = "new"
    case hangUp = "hang-up"
    case hangUpWith = "hang-up-with"
    case transfer
    case settle
    case send
    case mark, markAll = "mark-all", unmark
    case filter, sort, reverse
    case wasPlaced = "was-placed", wasNotPlaced = "was-not-placed", placeAgain = "place-again"
    case isOver = "is-over", takeBack = "take-back"
    case details
    case copy = "copy-id"
    case messages
    case themes
    case choose
    case lock
    case help
    case quit
    case up, down, pageUp = "page-up", pageDown = "page-down", top, bottom
    case close
    case place
    case nextField = "next-field", previousField = "previous-field"
    case preview
    case removeVariable = "remove-variable"
    case redraw
    case suspend
    case history
    case callAgain = "call-again"
    case agents
    case useAgent = "use-agent"
    case refresh
    case presets
    case openPreset = "open-preset", savePreset = "save-preset", deletePreset = "delete-preset"
    case nextSuggestion = "next-suggestion", previousSuggestion = "previous-suggestion"
    case campaigns
    case pauseCampaign = "pause-campaign", resumeCampaign = "resume-campaign", stopCampaign = "stop-campaign"
    case faster, slower
    case campaignCalls = "campaign-calls", campaignDetails = "campaign-details"
    case command

    /// One line of help.
    public var explanation: String {
        switch self {
        case .newCall: "new call: opens the form"
        case .hangUp: "hang up the selected or the marked calls; asks first"
        case .hangUpWith: "hang up with a cause and a reason"
        case .transfer: "transfer the call: warm, while the agent talks on, or blind"
        case .settle: "settle a call in doubt or without an id; take that back"
        case .mark: "mark or unmark the selected call"
        case .markAll: "mark all calls shown"
        case .unmark: "unmark all calls"
        case .filter: "narrow the list as you type: words, state:ringing to:9188* time>2m; Esc clears"
        case .sort: "sort by the next column"
        case .reverse: "reverse the order"
        case .send: "submit the dialog"
        case .wasPlaced: "it was placed: the phone rang"
        case .wasNotPlaced: "it was not placed"
        case .placeAgain: "dial again; asks first"
        case .isOver: "it was placed and has ended"
        case .takeBack: "take the settlement back: the call is in doubt again"
        case .details: "details of the selected call: ids, options, variables, timeline"
        case .copy: "copy the id to the clipboard (OSC 52, also over SSH)"
        case .messages: "all messages of the status line"
        case .themes: "themes, with a preview"
        case .choose: "use the selected theme"
        case .lock: "hide the screen until it is unlocked"
        case .help: "this help"
        case .quit: "quit; calls go on, but the sandbox's calls end (asks first)"
        case .up: "one row up"
        case .down: "one row down"
        case .pageUp: "one screen up"
        case .pageDown: "one screen down"
        case .top: "to the first row"
        case .bottom: "to the last row"
        case .close: "close; a form keeps its values"
        case .place: "place the call"
        case .nextField: "next field"
        case .previousField: "previous field"
        case .preview: "the JSON that will be sent"
        case .removeVariable: "remove this variable"
        case .redraw: "redraw the screen"
        case .history: "history: ended and running calls, searchable, from the journal"
        case .callAgain: "call again with the same values, through the form"
        case .agents: "agents: names, ids and calls up"
        case .useAgent: "new call with this agent: opens the form"
        case .refresh: "reload"
        case .presets: "presets: saved forms"
        case .openPreset: "open the form with this preset"
        case .savePreset: "save the form under a name; Tab includes the destination"
        case .deletePreset: "delete this preset; asks first"
        case .nextSuggestion: "complete the field: the next suggestion"
        case .previousSuggestion: "the previous suggestion"
        case .campaigns: "campaigns: progress, pause, resume, stop"
        case .pauseCampaign: "pause: start no more calls for now"
        case .resumeCampaign: "resume; asks first"
        case .stopCampaign: "stop for good; asks first"
        case .campaignCalls: "its calls on the board"
        case .campaignDetails: "details: state, results and events"
        case .faster: "more calls per minute"
        case .slower: "fewer calls per minute"
        case .suspend: "suspend; fg in the shell brings the console back"
        case .command: "run a command by name; every key has one"
        }
    }

    /// The word in the footer; `nil` for what the footer leaves to the help.
    public var footer: String? {
        switch self {
        case .newCall: "new"
        case .hangUp: "hang up"
        case .transfer: "transfer"
        case .settle: "settle"
        case .filter: "filter"
        case .mark: "mark"
        case .send: "send"
        case .wasPlaced: "was placed"
        case .wasNotPlaced: "was not placed"
        case .placeAgain: "dial again"
        case .isOver: "is over"
        case .takeBack: "take back"
        case .details: "details"
        case .copy: "copy id"
        case .messages: "messages"
        case .choose: "choose"
        case .command: "commands"
        case .help: "help"
        case .quit: "quit"
        case .close: "close"
        case .place: "place the call"
        case .nextField: "next"
        case .preview: "JSON"
        case .removeVariable: "remove variable"
        case .history: "history"
        case .callAgain: "again"
        case .agents: "agents"
        case .useAgent: "new call"
        case .presets: "presets"
        case .openPreset: "open"
        case .savePreset: "save"
        case .deletePreset: "delete"
        case .nextSuggestion: "choose"
        case .campaigns: "campaigns"
        case .pauseCampaign: "pause"
        case .resumeCampaign: "resume"
        case .stopCampaign: "stop"
        case .campaignCalls: "calls"
        case .campaignDetails: "details"
        case .faster: "faster"
        case .slower: "slower"
        default: nil
        }
    }
}
