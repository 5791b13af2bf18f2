"""Components that pages are made of; a component's Python, JavaScript, CSS and HTML stand together."""
