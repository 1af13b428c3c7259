"""A seeded synthetic world of people, vehicles and animals, rendered as a surveillance camera would see it."""
