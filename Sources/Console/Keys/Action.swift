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
        case .hangUp: "hang up the selected or the marked calls; one line asks first"
        case .hangUpWith: "hang up with a cause and a reason"
        case .transfer: "hand the call over: warm, while the agent talks on, or blind"
        case .settle: "settle a call in doubt or without an id: say what became of it; take that back"
        case .mark: "mark the selected call, or take the mark off"
        case .markAll: "mark all calls that are shown"
        case .unmark: "take all marks off"
        case .filter: "narrow the list as you type: words, state:ringing to:9188* time>2m; Esc clears"
        case .sort: "sort by the next column"
        case .reverse: "turn the order round"
        case .send: "do what the dialog says"
        case .wasPlaced: "it was placed: somebody heard it ring"
        case .wasNotPlaced: "it was not placed"
        case .placeAgain: "place it again; asks first"
        case .isOver: "it was placed, and has ended"
        case .takeBack: "take back what was said: it is in doubt as before"
        case .details: "details of the selected call: ids, options, variables, timeline"
        case .copy: "copy the id to the clipboard (OSC 52, also over SSH)"
        case .messages: "everything that the status line said"
        case .themes: "themes, with a preview"
        case .choose: "take what is selected"
        case .lock: "hide the screen until it is unlocked"
        case .help: "this help"
        case .quit: "quit; calls that are up go on, but for the sandbox's: one line asks then"
        case .up: "one row up"
        case .down: "one row down"
        case .pageUp: "one screen up"
        case .pageDown: "one screen down"
        case .top: "to the first row"
        case .bottom: "to the last row"
        case .close: "close; a form keeps what was typed"
        case .place: "place the call"
        case .nextField: "next field"
        case .previousField: "previous field"
        case .preview: "the JSON that will be sent"
        case .removeVariable: "remove this variable"
        case .redraw: "draw the screen anew"
        case .history: "history: ended and running calls, searchable, from the journal"
        case .callAgain: "call again with the same values, through the form"
        case .agents: "agents: their names, ids and how many calls each has up"
        case .useAgent: "new call with this agent: opens the form"
        case .refresh: "load anew"
        case .presets: "presets: forms that were saved under a name"
        case .openPreset: "open the form with this preset"
        case .savePreset: "save the form under a name; without the number to be rung, but for Tab"
        case .deletePreset: "delete this preset; asks first"
        case .nextSuggestion: "complete the field: the next suggestion"
        case .previousSuggestion: "the suggestion before"
        case .campaigns: "campaigns: lists that are rung, how far they are; pause, resume, stop"
        case .pauseCampaign: "begin no more calls of it for now"
        case .resumeCampaign: "go on ringing it; asks first"
        case .stopCampaign: "begin no more calls of it, for good; asks first"
        case .campaignCalls: "its calls on the board"
        case .campaignDetails: "how it stands, what became of its calls, and what happened to it"
        case .faster: "more calls a minute"
        case .slower: "fewer calls a minute"
        case .suspend: "suspend; fg in the shell brings the console back"
        case .command: "a command by its name; whatever a key does, a command does"
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
        case .placeAgain: "place again"
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
        case .useAgent: "call with it"
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
