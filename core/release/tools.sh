tools
