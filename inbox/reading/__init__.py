"""What a machine can see in a text: pure rules and word lists, no Django, no network. It proposes; a person decides."""
