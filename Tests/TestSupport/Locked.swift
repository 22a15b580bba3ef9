import Synchronization

/// A value that closures on several tasks may set and read.
public final class Locked<Value: Sendable>: Sendable {
    private let value: Mutex<Value>

    public init(_ value: Value) { self.value = Mutex(value) }

    public func get() -> Value { value.withLock { $0 } }
    public func set(_ new: Value) { value.withLock { $0 = new } }
    public func update(_ change: (inout Value) -> Void) { value.withLock { change(&$0) } }
}
