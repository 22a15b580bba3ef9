import CallBoard
import Campaigns
import Piopiy

extension ConsoleModel {
    /// A question on the status line, and so what a yes does. How it is asked and answered says ``ConsolePrompt``.
    enum Question: Hashable, Sendable {
        case hangUp(CallKey)
        case hangUpMarked([CallKey])
        /// Take a hang-up back that waits for its call's id.
        case takeBackHangUp(CallKey)
        /// Calls that a command named.
        case hangUpNamed([CallKey], cause: String?, reason: String?)
        /// Place a call in doubt again. `knowing` are the calls that may be it and were up when this was asked.
        case placeAgain(CallKey, knowing: [CallID])
        /// Say what became of a call in doubt. `knowing` is as in `placeAgain`.
        case settle(CallKey, Settlement, knowing: [CallID])
        /// Take back what was said of a call in doubt.
        case takeBack(CallKey)
        case replaceForm(FormReplacement)
        /// Save the form under a name that another preset has.
        case replacePreset(String)
        case deletePreset(String)
        /// A call to a number that is up, was just rung or may still be up: of the form, or of a command.
        case ringAgain(AICall, isForm: Bool)
        /// The list that was read.
        case startCampaign
        case resumeCampaign(Campaign.ID)
        case stopCampaign(Campaign.ID)
        case quit
    }
}
