/// Keeps a large value in one place that its copies share.
///
/// A call has two dozen facts, most of them with storage of their own. A board hands calls out by the thousand, to be drawn,
/// sorted and asked about, and copying one would count the references of all of it. Changing one makes a new place, so it
/// stays a value.
@propertyWrapper
struct Shared<Value: Hashable & Sendable>: Hashable, Sendable {
    private final class Place: Sendable {
        let value: Value

        init(_ value: Value) { self.value = value }
    }

    private var place: Place

    init(wrappedValue: Value) { place = Place(wrappedValue) }

    var wrappedValue: Value {
        get { place.value }
        set { place = Place(newValue) }
    }

    static func == (a: Shared, b: Shared) -> Bool { a.place === b.place || a.place.value == b.place.value }

    func hash(into hasher: inout Hasher) { hasher.combine(place.value) }
}
