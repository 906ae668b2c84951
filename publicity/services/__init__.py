"""What happens in public: notices, objections, naming and tracking — a module each."""
