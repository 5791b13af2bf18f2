"""Components of the pages. The Python, JavaScript, CSS and HTML of a component are in one folder."""
